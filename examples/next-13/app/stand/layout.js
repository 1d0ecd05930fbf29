/** Three things that are looked at together, each with a life of its own. */
export default function Stand({ children, wheel, chain }) {
  return (
    <>
      {children}
      <div className="slots">
        {wheel}
        {chain}
      </div>
    </>
  );
}
