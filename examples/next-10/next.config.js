module.exports = {
  i18n: {
    locales: ['en', 'fr', 'nl'],
    defaultLocale: 'en',
    domains: [
      { domain: 'postroad.example', defaultLocale: 'en', http: true },
      { domain: 'relais.example', defaultLocale: 'fr', http: true },
    ],
  },
  images: { deviceSizes: [640, 1200], imageSizes: [64, 256] },
  async rewrites() {
    return {
      beforeFiles: [
        { source: '/coach', has: [{ type: 'cookie', key: 'seat', value: '(?<seat>\\w+)' }], destination: '/tonight?seat=:seat' },
      ],
      afterFiles: [
        { source: '/inn/:slug', destination: '/inns/:slug' },
        { source: '/sign', destination: '/sign.svg', locale: false },
        { source: '/post/:path*', destination: `${process.env.POST_OFFICE ?? 'https://post.example'}/:path*` },
      ],
      fallback: [{ source: '/lost/:path*', destination: '/about' }],
    };
  },
  async redirects() {
    return [
      { source: '/hotels/:slug', destination: '/inns/:slug', permanent: true },
      { source: '/herberge', destination: '/nl/inns', locale: false, permanent: false },
      { source: '/stable', has: [{ type: 'query', key: 'horses' }], destination: '/inns?stable=:horses', permanent: false },
      { source: '/yard', has: [{ type: 'header', key: 'x-coach', value: 'mail' }], destination: '/tonight', permanent: false },
    ];
  },
  async headers() {
    return [
      { source: '/inns/:slug', headers: [{ key: 'x-inn', value: ':slug' }] },
      { source: '/about', has: [{ type: 'cookie', key: 'guest' }], headers: [{ key: 'x-guest', value: 'welcome back' }] },
    ];
  },
};
