export default function manifest() {
  return { name: 'Harrow Hill Observatory', short_name: 'Harrow Hill', start_url: '/', display: 'browser' };
}
