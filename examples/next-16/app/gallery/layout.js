/** `@modal` shows a plate above the wall when it was clicked there; its own page when it was asked for by address. */
export default function Gallery({ children, modal }) {
  return (
    <>
      {children}
      {modal}
    </>
  );
}
