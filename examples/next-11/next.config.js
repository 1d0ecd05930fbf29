module.exports = {
  reactStrictMode: true,
  images: {
    deviceSizes: [640, 828, 1200, 1920],
    imageSizes: [64, 128, 256],
  },
  async rewrites() {
    return [
      { source: '/now', destination: '/today' },
      { source: '/emblem', destination: '/narrowboat.svg' },
      { source: '/boat/:name', destination: '/boats/:name' },
    ];
  },
  async redirects() {
    return [
      { source: '/guide', destination: '/moorings', permanent: true },
      { source: '/old-locks/:slug', destination: '/locks/:slug', permanent: false },
    ];
  },
  async headers() {
    return [
      { source: '/about', headers: [{ key: 'x-canal', value: 'the-long-cut' }] },
      { source: '/locks/:slug', headers: [{ key: 'x-lock', value: ':slug' }] },
    ];
  },
};
