/** @type {import('next').NextConfig} */
module.exports = {
  experimental: { serverActions: true },
  images: {
    deviceSizes: [640, 1200],
    imageSizes: [64, 256],
    domains: ['photos.fettle.example'],
    remotePatterns: [{ protocol: 'https', hostname: '**.spoke.example', pathname: '/frames/**' }],
  },
  async rewrites() {
    return {
      beforeFiles: [
        { source: '/bench', has: [{ type: 'cookie', key: 'member', value: '(?<member>\\w+)' }], destination: '/counter?member=:member' },
        { source: '/workstand', missing: [{ type: 'query', key: 'raw' }], destination: '/stand' },
      ],
      afterFiles: [
        { source: '/frame/:frame', destination: '/bikes/:frame' },
        { source: '/badge', destination: '/bikes/bell.svg' },
        { source: '/parts/:path*', destination: `${process.env.PARTS_SHOP ?? 'https://parts.example'}/:path*` },
      ],
      fallback: [{ source: '/old-shop/:path*', destination: '/archive/:path*' }],
    };
  },
  async redirects() {
    return [
      { source: '/cycles/:frame', destination: '/bikes/:frame', permanent: true },
      { source: '/open', has: [{ type: 'query', key: 'on', value: 'friday' }], destination: '/counter', permanent: false },
    ];
  },
  async headers() {
    return [
      { source: '/bikes/:frame', headers: [{ key: 'x-frame', value: ':frame' }] },
      { source: '/api/:path*', headers: [{ key: 'x-till', value: 'open' }] },
    ];
  },
};
