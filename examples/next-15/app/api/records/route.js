import fs from 'node:fs';

/** Read by paths from the folder that the server was started in. */
export function GET(request) {
  const year = request.nextUrl.searchParams.get('year') === '1911' ? '1911' : '1910';
  return Response.json({
    keeper: JSON.parse(fs.readFileSync('./records/keeper.json', 'utf8')),
    year: fs.readFileSync(`records/${year}.txt`, 'utf8'),
    all: fs.readdirSync('records').sort(),
    ofEverybody: fs.readFileSync('public/hours.txt', 'utf8'),
  });
}
