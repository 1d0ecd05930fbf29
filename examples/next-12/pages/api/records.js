import fs from 'fs';

/** Read by paths from the folder that the server was started in. */
export default function records(req, res) {
  const year = req.query.year === '1911' ? '1911' : '1910';
  res.json({
    keeper: JSON.parse(fs.readFileSync('./records/keeper.json', 'utf8')),
    year: fs.readFileSync(`records/${year}.txt`, 'utf8'),
    all: fs.readdirSync('records').sort(),
    ofEverybody: fs.readFileSync('public/robots.txt', 'utf8'),
  });
}
