export const locks = [
  { slug: 'hatton-flight', name: 'Hatton Flight', rise: '44.6 m', chambers: 21, note: 'The stairway to heaven. Pair up with another boat and start before nine.' },
  { slug: 'bingley-five-rise', name: 'Bingley Five Rise', rise: '18 m', chambers: 5, note: 'The steepest staircase in the country, worked with the keeper on duty.' },
  { slug: 'caen-hill', name: 'Caen Hill', rise: '72 m', chambers: 29, note: 'Sixteen in a straight line, with side ponds like a row of mirrors.' },
];

export const moorings = [
  { name: 'Willow Reach', depth: '1.1 m', nights: 14, facilities: 'Water point, rings, a bench in the evening sun' },
  { name: 'Brick Kiln Wharf', depth: '1.3 m', nights: 7, facilities: 'Pump-out, coal and diesel boat on Thursdays' },
  { name: 'Aqueduct End', depth: '0.9 m', nights: 2, facilities: 'Nothing at all, and the best view on the cut' },
];

export const walks = {
  'lock-to-lock': { name: 'Lock to lock', miles: 4, text: 'A level path with one hump-back bridge and two pubs.' },
  'over-the-tunnel': { name: 'Over the tunnel', miles: 6, text: 'Horses went over the hill while boats were legged through it.' },
};

export const walkBySlug = (slug) =>
  walks[slug] || { name: titleOf(slug), miles: 3, text: 'Not in the printed guide: this page was made when somebody first asked for it.' };

export const titleOf = (slug) =>
  slug
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
