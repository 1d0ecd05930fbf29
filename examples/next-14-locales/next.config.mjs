/** @type {import('next').NextConfig} */
export default {
  i18n: {
    locales: ['en', 'de', 'pt-BR'],
    defaultLocale: 'en',
    domains: [{ domain: 'reiher.example', defaultLocale: 'de' }],
  },
  async redirects() {
    return [{ source: '/birds/:name', destination: '/flights/:name', permanent: true }];
  },
  async rewrites() {
    return [
      { source: '/sightings/:name', destination: '/flights/:name' },
      { source: '/map', destination: '/hide.svg' },
    ];
  },
  async headers() {
    return [{ source: '/api/:path*', headers: [{ key: 'x-hut', value: 'open' }] }];
  },
};
