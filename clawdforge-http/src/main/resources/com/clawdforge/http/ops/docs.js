// Found from this script, so that the page works behind a proxy that adds a prefix.
const description = new URL('../openapi.yaml', document.currentScript.src).href;

SwaggerUIBundle({
  url: description,
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // Otherwise the document is sent to swagger.io.
  validatorUrl: null,
});
