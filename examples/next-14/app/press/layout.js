/** Three things that are looked at together, each with a life of its own. */
export default function Press({ children, vat, barrel }) {
  return (
    <>
      {children}
      <div className="slots">
        {vat}
        {barrel}
      </div>
    </>
  );
}
