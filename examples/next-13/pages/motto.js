import Tag from '../components/Tag';

export default function Motto() {
  return <Tag title="Righty tighty">Except the left pedal.</Tag>;
}
