import { Head, Html, Main, NextScript } from 'next/document';

export default function Document() {
  return (
    <Html lang="en-GB">
      <Head />
      <body data-museum="tidewrack">
        <Main />
        <NextScript />
      </body>
    </Html>
  );
}
