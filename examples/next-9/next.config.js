module.exports = {
  distDir: 'build',
  async rewrites() {
    return [
      { source: '/now', destination: '/bridge' },
      { source: '/compass', destination: '/static/compass.svg' },
      { source: '/harbour/:slug', destination: '/harbours/:slug' },
    ];
  },
  async redirects() {
    return [
      { source: '/pilot', destination: '/harbours', permanent: true },
      { source: '/old-harbours/:slug', destination: '/harbours/:slug', permanent: false },
    ];
  },
  async headers() {
    return [
      { source: '/about', headers: [{ key: 'x-coast', value: 'north' }] },
      { source: '/harbours/:slug', headers: [{ key: 'x-harbour', value: ':slug' }] },
    ];
  },
};
