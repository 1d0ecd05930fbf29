import Board from '../components/Board';

export default function NotFound() {
  return <Board title="No such inn" lead="The coach does not stop here." />;
}
