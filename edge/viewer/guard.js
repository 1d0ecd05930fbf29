// Of protected sites. UpdateDistribution puts their table here (domain/access.ts): distribution →
// [key, digest…]. A password can be had from it only by guessing, and passwords are long.
const ACCESS = TOWPATH_ACCESS;

// biome-ignore lint/correctness/noUnusedVariables: the handlers call it.
function refuse(event) {
  const headers = event.request.headers;
  const sent = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(textOf(headers, 'authorization'));
  const known = ACCESS[event.context.distributionId];
  if (sent && known) {
    const digest = crypto.createHmac('sha256', known[0]).update(sent[1]).digest('base64url');
    if (known.indexOf(digest, 1) > 0) {
      // For this door alone: the app could not tell it from credentials of its own.
      delete headers.authorization;
      return undefined;
    }
  }
  return {
    statusCode: 401,
    statusDescription: 'Unauthorized',
    headers: {
      'www-authenticate': { value: 'Basic realm="Protected site", charset="UTF-8"' },
      'cache-control': { value: 'no-store' },
    },
  };
}
