import { notFound, redirect } from 'next/navigation';
import { bikeByFrame, bikes } from '../../../lib/bikes';

export const revalidate = 18000;

export const generateStaticParams = () => bikes.map(({ frame }) => ({ frame }));

export const generateMetadata = ({ params }) => ({ title: bikeByFrame(params.frame)?.name });

export default function Bike({ params }) {
  if (params.frame === 'goose') redirect('/bikes/heron');
  const bike = bikeByFrame(params.frame);
  if (!bike) notFound();
  const oiled = new Date().toISOString();
  return (
    <>
      <h1>{bike.name}</h1>
      <p>{bike.note}</p>
      <small>
        Oiled at <time dateTime={oiled}>{oiled}</time>
      </small>
    </>
  );
}
