/** Of the pages router alone. */
export default function Farm({ Component, pageProps }) {
  return (
    <div className="farm">
      <Component {...pageProps} />
    </div>
  );
}
