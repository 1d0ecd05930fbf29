export default function manifest() {
  return { name: 'Spoke & Fettle', short_name: 'Spoke', start_url: '/', display: 'browser' };
}
