export const inns = [
  { slug: 'the-bell', rooms: 9, en: 'The Bell', fr: 'La Cloche', nl: 'De Klok' },
  { slug: 'the-white-hart', rooms: 14, en: 'The White Hart', fr: 'Le Cerf Blanc', nl: 'Het Witte Hert' },
  { slug: 'the-ferry', rooms: 4, en: 'The Ferry', fr: 'Le Bac', nl: 'Het Veer' },
];

/** Taken in when somebody first asks for them. */
export const smallInns = [{ slug: 'the-hop-pole', rooms: 2, en: 'The Hop Pole', fr: 'La Perche à Houblon', nl: 'De Hopstaak' }];

export const stages = ['dover', 'ghent'];

export const words = {
  en: { title: 'The Post Road', lead: 'Eleven hours by coach, with a fire at every change of horses.', inns: 'Inns', stages: 'Stages', tonight: 'Tonight', menu: 'Menu', rooms: 'rooms', about: 'About the road' },
  fr: { title: 'La Route des Relais', lead: 'Onze heures de diligence, et un feu à chaque relais.', inns: 'Auberges', stages: 'Étapes', tonight: 'Ce soir', menu: 'Carte', rooms: 'chambres', about: 'La route' },
  nl: { title: 'De Postweg', lead: 'Elf uur met de koets, en een haardvuur bij elke wissel.', inns: 'Herbergen', stages: 'Etappes', tonight: 'Vanavond', menu: 'Kaart', rooms: 'kamers', about: 'Over de weg' },
};

export const courses = {
  en: { soup: 'Barley soup', pie: 'Pigeon pie' },
  fr: { soup: 'Soupe à l’orge', pie: 'Tourte au pigeon' },
  nl: { soup: 'Gerstesoep', pie: 'Duivenpastei' },
};
