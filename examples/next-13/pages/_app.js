/** Of the pages router alone. */
export default function Workshop({ Component, pageProps }) {
  return (
    <div className="workshop">
      <Component {...pageProps} />
    </div>
  );
}
