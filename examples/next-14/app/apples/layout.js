/** `@modal` shows an apple above the crates when it was clicked there; its own page when it was asked for by address. */
export default function Apples({ children, modal }) {
  return (
    <>
      {children}
      {modal}
    </>
  );
}
