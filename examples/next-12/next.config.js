module.exports = {
  reactStrictMode: true,
  i18n: { locales: ['en', 'de'], defaultLocale: 'en' },
  images: { formats: ['image/avif', 'image/webp'], deviceSizes: [640, 1200], imageSizes: [64, 256] },
  async rewrites() {
    return {
      beforeFiles: [
        { source: '/counter', has: [{ type: 'cookie', key: 'card', value: '(?<card>\\d+)' }], destination: '/basket?card=:card' },
        { source: '/almanac', missing: [{ type: 'query', key: 'raw' }], destination: '/seeds' },
      ],
      afterFiles: [{ source: '/shelf/:id', destination: '/api/shelf/:id' }],
      fallback: [{ source: '/lost/:path*', destination: '/seeds' }],
    };
  },
  async redirects() {
    return [
      { source: '/borrow/:slug', destination: '/seeds/:slug', permanent: true },
      { source: '/app', has: [{ type: 'header', key: 'x-reader', value: 'kiosk' }], destination: '/counter', permanent: false },
    ];
  },
  async headers() {
    return [{ source: '/seeds/:slug', headers: [{ key: 'x-seed', value: ':slug' }] }];
  },
};
