/** `@modal` shows an bike above the rack when it was clicked there; its own page when it was asked for by address. */
export default function Bikes({ children, modal }) {
  return (
    <>
      {children}
      {modal}
    </>
  );
}
