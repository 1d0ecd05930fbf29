/** Of the pages router alone. */
export default function Observatory({ Component, pageProps }) {
  return (
    <div className="observatory">
      <Component {...pageProps} />
    </div>
  );
}
