/** What Next.js takes for a file: its address has no slash at its end, whatever `trailingSlash` says. */
const FILE_NAME = /\.\w+$/;

/** The address of the page at `path`. */
export const withSlash = (path: string, trailingSlash: boolean) =>
  trailingSlash && !path.endsWith('/') && !FILE_NAME.test(path) ? `${path}/` : path;

/** Whether a page is answered there: elsewhere Next.js redirects. */
export const isAddress = (path: string, trailingSlash: boolean) =>
  path === withSlash(path.replace(/(.)\/$/, '$1'), trailingSlash);
