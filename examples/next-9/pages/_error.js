import Sheet from '../components/Sheet';

/** With getInitialProps, so every unknown address is rendered: there is no prerendered 404 page. */
export default function Lost({ status, path }) {
  return (
    <Sheet title={status === 404 ? 'Off the chart' : 'Man overboard'} lead={status === 404 ? 'No soundings here.' : 'Something broke on board.'}>
      <p id="error">
        {status} at {path}
      </p>
    </Sheet>
  );
}

Lost.getInitialProps = ({ res, err, asPath }) => ({
  status: (res && res.statusCode) || (err && err.statusCode) || 404,
  path: asPath,
});
