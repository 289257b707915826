import Catalog
import CatalogSync
import Testing
@Test func scratch() throws {
  var counts: [String: Int] = [:]
  for b in RecordedBodies.all {
    let p = try RecordedBodies.parse(b)
    for n in p.notices {
      if n.kind == .unknownPrice || n.kind == .dynamicPrice { counts["\(b.file): \(n.message)", default: 0] += 1 }
      else { print("N", b.file, n.kind, n) }
    }
    for o in p.listings.flatMap(\.offers) where o.pricing.state == .notTokenPriced || o.pricing.state == .dynamic {
      if b.format != "litellm" { print("NTP", b.file, o.id, o.pricing.state, o.inputModalities, o.outputModalities, o.pricing.raw ?? "", o.pricing.rates.count) }
    }
  }
  for (k, v) in counts.sorted(by: { $0.key < $1.key }) { print("U", v, k) }
  for h in try RecordedBodies.history() {
    let p = try RecordedBodies.parse(path: "openrouter-history/\(h)", format: "openrouter")
    let o = p.listings[0].offers
    print("H", h, o.count, PriceState.allCases.map { s in "\(s.rawValue) \(o.count { $0.pricing.state == s })" }, Set(p.notices.map(\.message)))
  }
}
