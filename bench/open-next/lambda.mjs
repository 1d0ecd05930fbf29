/** OpenNext's server function as Lambda would call it: answers each path over IPC with a status. */
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(`${process.argv[2]}/index.mjs`).href);

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
const eventOf = (path) => ({
  version: '2.0',
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'site.example', 'x-forwarded-proto': 'https' },
  requestContext: { http: { method: 'GET', path, sourceIp: '203.0.113.7' } },
  isBase64Encoded: false,
});

process.on('message', async ({ id, event }) => {
  try {
    const { statusCode } = await handler(eventOf(event.path), { awsRequestId: String(id) });
    process.send({ id, answer: { status: String(statusCode) } });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
process.send({ ready: true });
