export const harbours = [
  { slug: 'stone-quay', name: 'Stone Quay', depth: '3.2 m', light: 'Fl(2) 10s', note: 'Easy in all winds but a northerly. Lie on the inner wall, the outer one is for the ferry.' },
  { slug: 'gull-haven', name: 'Gull Haven', depth: '1.8 m', light: 'Q.R', note: 'Two hours either side of high water. Follow the leading marks until the chapel opens.' },
  { slug: 'the-skerries', name: 'The Skerries', depth: '6 m', light: 'Iso 4s', note: 'An anchorage between islands, with seals for company and no shelter from the west.' },
];

export const charts = {
  'a-12': { title: 'A-12: approaches to Stone Quay', scale: '1 : 12 500' },
  'b-03': { title: 'B-03: the Skerries and the Sound', scale: '1 : 25 000' },
};

export const chartById = (id) => charts[id] || { title: `${id.toUpperCase()}: drawn on request`, scale: '1 : 50 000' };
