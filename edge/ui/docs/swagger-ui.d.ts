/** The part of Swagger UI's settings that is used here; the package has no types of its own. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  export default function SwaggerUI(settings: {
    url: string; dom_id: string; deepLinking: boolean; displayRequestDuration: boolean; defaultModelsExpandDepth: number;
    validatorUrl: string | null;
  }): void;
}
