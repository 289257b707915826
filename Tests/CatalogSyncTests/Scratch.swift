import Catalog
import CatalogSync
import Testing

@Test func scratch() throws {
  let clock = ContinuousClock()
  for n in [5_000, 10_000, 20_000] {
    let m = (0..<n).map { "\"m\($0)\":1" }.joined(separator: ",")
    print("OBJ", n, clock.measure { _ = try? JSONReader.parse(Array("{\(m)}".utf8)) })
  }
  for (f, name) in [
    ("featherless", "featherless"), ("litellm-cost-map-2025-09", "litellm"), ("models-dev", "models-dev"),
  ] {
    print("PARSE", f, try clock.measure { _ = try RecordedBodies.parse(.init(file: f, format: name)) })
  }
}
