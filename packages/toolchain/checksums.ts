/**
 * SHA-256 sums of the pinned releases, by URL. They come from other hosts than the files, so that a manipulated file is
 * detected.
 *
 * @see https://github.com/kubernetes/kops/blob/268927e26409f861634e18f3632c9dd483c350cf/pkg/assets/assetdata/k8s-1.35.yaml
 * @see https://github.com/kubernetes-sigs/kubespray/blob/master/roles/kubespray_defaults/vars/main/checksums.yml (etcd_binary_checksums)
 * @see https://github.com/pulumi/homebrew-tap/blob/51fb494/Formula/pulumi.rb
 */
export const CHECKSUMS: Readonly<Record<string, string>> = {
  "https://dl.k8s.io/release/v1.35.4/bin/darwin/amd64/kubectl":
    "dddb01bddb96f78e48e33105ccfa2feedff585a8b2e3b812f5d0f64c7403710a",
  "https://dl.k8s.io/release/v1.35.4/bin/darwin/arm64/kubectl":
    "ec644a2473b64b486987f695dfb1867963ce6d42d267b86e944585a546f92b5d",
  "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-apiserver":
    "d5fff07e41f6826963254685667cfb3ec354dd676aa697e75c1e973e86d28fc7",
  "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-controller-manager":
    "be0dc23daaf568c51017ea867707bd38ab36a78a83982bc12af9184e8e370c2c",
  "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-scheduler":
    "c796c9e54fc56745b9f50d2aa464d97d10007adc7cf0ba36a9cbf450a6f11770",
  "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kubectl":
    "b529430df69a688fd61b64ad2299edb5fd71cb58be2a4779dba624c7d3510efd",
  "https://dl.k8s.io/release/v1.35.4/bin/linux/arm64/kube-apiserver":
    "ef055372df04d541c84ab8cb6dabfa67c3f5f35e6cbe7642673f94e1ca560cf3",
  "https://dl.k8s.io/release/v1.35.4/bin/linux/arm64/kube-controller-manager":
    "0ba5bc092a1fe68987f2b4ae072146962ed31b73819c1552153894eff67968c0",
  "https://dl.k8s.io/release/v1.35.4/bin/linux/arm64/kube-scheduler":
    "ad75d09987d28f69d12959b880074ae3d2fedcf7491f5d41d6f23456d822333c",
  "https://dl.k8s.io/release/v1.35.4/bin/linux/arm64/kubectl":
    "6a5a4cc4e396d7626a7a693a3044b51c75520f81db30fe6816c2554e53be336f",
  "https://github.com/etcd-io/etcd/releases/download/v3.6.13/etcd-v3.6.13-linux-amd64.tar.gz":
    "b4928654aed84d90952620c7144555e4186d795e1e7414e65fe0cf6265fd0465",
  "https://github.com/etcd-io/etcd/releases/download/v3.6.13/etcd-v3.6.13-linux-arm64.tar.gz":
    "5ab53ff70301fa9d782fa4b59fdfc1fae49ffdf427a0afb3cd313a93449800fc",
  "https://github.com/pulumi/pulumi/releases/download/v3.259.0/pulumi-v3.259.0-darwin-arm64.tar.gz":
    "57c27f179e527e2cf9f62b841a448af72a020e44b2fb4ee0d9bd85556c00c864",
  "https://github.com/pulumi/pulumi/releases/download/v3.259.0/pulumi-v3.259.0-darwin-x64.tar.gz":
    "eaca4c3b8277bfa3ab061fa3b270d1c66358a0b2e613da8c5587a04b7226c534",
  "https://github.com/pulumi/pulumi/releases/download/v3.259.0/pulumi-v3.259.0-linux-arm64.tar.gz":
    "edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853",
  "https://github.com/pulumi/pulumi/releases/download/v3.259.0/pulumi-v3.259.0-linux-x64.tar.gz":
    "94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5",
};
