/** The document of the API, to read and to try out. All of it comes from the box: there may be no internet. */
import 'swagger-ui-dist/swagger-ui.css';
import './page.css';
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';

SwaggerUI({
  url: '/api/v1/openapi.json',
  dom_id: '#document',
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // Otherwise it sends the document to a checker on the internet.
  validatorUrl: null,
});
