export default function manifest() {
  return { name: 'Tidewrack Museum', short_name: 'Tidewrack', start_url: '/', display: 'browser' };
}
