/** A Lambda in small: imports the function beside it and answers each event over IPC. */
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(`${process.argv[2]}/index.mjs`).href);

process.on('message', async ({ id, event }) => {
  try {
    process.send({ id, answer: await handler(event) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
process.send({ ready: true });
