import Board from '../components/Board';

export default function ServerError() {
  return <Board title="A wheel came off" lead="The smith is at work. Try again in a while." />;
}
