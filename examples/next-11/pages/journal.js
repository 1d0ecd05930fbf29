import Script from 'next/script';
import { useState } from 'react';
import Layout from '../components/Layout';

export default function Journal() {
  const [entry, setEntry] = useState();

  async function save(event) {
    event.preventDefault();
    const answer = await fetch('/api/journal', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(event.target))),
    });
    setEntry(await answer.json());
  }

  return (
    <Layout title="Journal" lead="Tell the keeper where you tied up tonight. Works without JavaScript, too.">
      <form action="/api/journal" method="post" onSubmit={save}>
        <label>
          Boat
          <input name="boat" required defaultValue="Patience" />
        </label>
        <label>
          Tonight
          <textarea name="text" rows="3" required defaultValue="Moored above the third lock. Heron." />
        </label>
        <button>Write it down</button>
      </form>
      <Script id="ink" strategy="lazyOnload">{`document.documentElement.dataset.ink = 'dry';`}</Script>
      {entry && (
        <p className="note" id="saved" role="status">
          {entry.saved ? `Saved for ${entry.boat}: ${entry.words} words.` : entry.error}
        </p>
      )}
    </Layout>
  );
}
