export default function whoami({ cookies, headers, method }, res) {
  res.json({ method, basket: cookies.basket || null, language: headers['accept-language'] || null });
}
