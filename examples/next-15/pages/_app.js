/** Of the pages router alone. */
export default function Museum({ Component, pageProps }) {
  return (
    <div className="museum">
      <Component {...pageProps} />
    </div>
  );
}
