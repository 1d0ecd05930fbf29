// Viewer requests of static sites.
//
// `/about` is the file about.html and `/about/` is about/index.html, whichever of them `next export` wrote: nextjs/ puts a
// copy under the other name. A last segment like `report.pdf` is a file; like `v1.2` it is a page.
const FILE = /\.([a-z][a-z0-9]{0,10}|3ds|3gp|7z)$/i;

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name.
function handler(event) {
  const refusal = refuse(event);
  if (refusal) return refusal;
  const request = event.request;
  const uri = request.uri;
  if (uri.charAt(uri.length - 1) === '/') request.uri = uri.concat('index.html');
  else if (!FILE.test(uri.slice(uri.lastIndexOf('/') + 1))) request.uri = uri.concat('.html');
  return request;
}
