/** `@modal` shows a find above the shelf when it was clicked there; its own page when it was asked for by address. */
export default function Finds({ children, modal }) {
  return (
    <>
      {children}
      {modal}
    </>
  );
}
