/** The services of the sample shop in kustomize/, each a Deployment, sorted. */
export const SERVICES = [
  "adservice",
  "cartservice",
  "checkoutservice",
  "currencyservice",
  "emailservice",
  "frontend",
  "paymentservice",
  "productcatalogservice",
  "recommendationservice",
  "redis",
  "shippingservice",
];
