/** Three things that are looked at together, each with a life of its own. */
export default function Beach({ children, tide, wind }) {
  return (
    <>
      {children}
      <div className="slots">
        {tide}
        {wind}
      </div>
    </>
  );
}
