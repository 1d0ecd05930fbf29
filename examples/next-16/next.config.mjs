/** @type {import('next').NextConfig} */
const config = {
  images: {
    formats: ['image/avif', 'image/webp'],
    deviceSizes: [640, 1200],
    imageSizes: [64, 256],
    qualities: [50, 75],
    localPatterns: [{ pathname: '/plates/**', search: '' }],
    remotePatterns: [new URL('https://*.plates.example/sky/**')],
    minimumCacheTTL: 3600,
  },
  async rewrites() {
    return {
      beforeFiles: [
        { source: '/eyepiece', has: [{ type: 'cookie', key: 'member', value: '(?<member>\\w+)' }], destination: '/tonight?member=:member' },
        { source: '/plates', missing: [{ type: 'query', key: 'raw' }], destination: '/gallery' },
      ],
      afterFiles: [
        { source: '/star/:slug', destination: '/objects/:slug' },
        { source: '/plate', destination: '/plates/orion.svg' },
        { source: '/friends/:path*', destination: `${process.env.FRIENDS_HILL ?? 'https://friends.example'}/:path*` },
      ],
      fallback: [{ source: '/old-site/:path*', destination: '/archive/:path*' }],
    };
  },
  async redirects() {
    return [
      { source: '/nebula/:slug', destination: '/objects/:slug', permanent: true },
      { source: '/visit', has: [{ type: 'query', key: 'by', value: 'night' }], destination: '/tonight', permanent: false },
    ];
  },
  async headers() {
    return [{ source: '/objects/:slug', headers: [{ key: 'x-object', value: ':slug' }] }];
  },
};

export default config;
