import '../styles/global.css';

/** Next.js's own analytics, kept for whoever looks. */
export function reportWebVitals({ name }) {
  window.vitals = [...(window.vitals ?? []), name];
}

export default function App({ Component, pageProps }) {
  return <Component {...pageProps} />;
}
