/** Tells the release: in each answer of a site's functions, and to the image function in what CloudFront sends to its origin. */
export const RELEASE_HEADER = 'x-towpath-release';
