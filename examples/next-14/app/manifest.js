export default function manifest() {
  return { name: 'Quarrel Orchard', short_name: 'Quarrel', start_url: '/orchard', display: 'browser' };
}
