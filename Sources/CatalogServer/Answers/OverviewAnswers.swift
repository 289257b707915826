import Catalog
import NIOCore
import TieredCaching

extension AnswerBuilder {
  /// `GET /v1/gateways`.
  func gateways(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    try parameters.finish(known: [])
    return object { json in
      json.member("object", "list")
      json.name("data")
      json.array { json in
        for part in snapshot.parts { writeProvider(part, to: &json) }
      }
      json.member("total", snapshot.parts.count)
    }
  }

  /// `GET /v1/providers`: the same providers, in pages.
  func providers(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    let page = try Page(&parameters, defaultLimit: nil, version: snapshot.version)
    try parameters.finish(known: Page.parameters)
    let shown = page.slice(snapshot.parts)
    return object { json in
      json.member("object", "list")
      json.name("data")
      json.array { json in
        for part in shown { writeProvider(part, to: &json) }
      }
      page.write(total: snapshot.parts.count, returned: shown.count, version: snapshot.version, to: &json)
    }
  }

  private func writeProvider(_ part: CatalogPart, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", part.provider.slug.text)
      json.member("slug", part.provider.slug.text)
      json.member("name", part.provider.name)
      json.member("site_url", part.provider.siteURL)
      json.member("model_count", part.offers.count)
      json.member("revision", Int(part.revision.number))
    }
  }

  /// `GET /v1/gateways/status`.
  func gatewayStatus(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    try parameters.finish(known: [])
    return object { json in
      json.name("data")
      json.array { json in
        for (part, entry) in zip(snapshot.parts, snapshot.statistics.byProvider) {
          json.object { json in
            json.member("id", part.provider.slug.text)
            json.member("name", part.provider.name)
            json.member("model_count", part.offers.count)
            writePriceStates(entry.counts, to: &json)
            json.member("collisions", part.collisions.count)
            json.member("observed_at", part.offers.lazy.map(\.offer.observedAt).max())
          }
        }
      }
      json.name("summary")
      json.object { json in
        json.member("total_gateways", snapshot.parts.count)
        json.member("total_models", snapshot.offers.count)
      }
    }
  }

  /// `GET /v1/routers`: there are none; the route is kept for clients of the original system.
  func routers(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    try parameters.finish(known: [])
    return object { json in
      json.member("data", [String]())
      json.member("total", 0)
    }
  }

  /// `GET /v1/stats`.
  func statistics(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    try parameters.finish(known: [])
    return object { json in StatisticsEncoding.writeMembers(of: snapshot, to: &json) }
  }

  /// `GET /health/catalog/models`: how many offers are complete.
  func catalogHealth(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    try parameters.finish(known: [])
    let statistics = snapshot.statistics
    return object { json in
      json.member("status", snapshot.offers.isEmpty ? "empty" : "ok")
      json.member("total_models", statistics.totals.total)
      json.member("context_unknown", statistics.contextUnknown)
      writePriceStates(statistics.totals, to: &json)
      json.member("collisions", statistics.collisions.count)
    }
  }

  /// `GET /health/catalog/providers`.
  func providerHealth(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    try gatewayStatus(&parameters)
  }

  /// `GET /health/catalog/unpriced`: offers whose price is not known, and why.
  func unpriced(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    let provider = try parameters.takeProvider(in: snapshot)
    let page = try Page(&parameters, defaultLimit: 100, version: snapshot.version)
    try parameters.finish(known: ["gateway", "provider"] + Page.parameters)
    let offers = snapshot.offers.filter { offer in
      offer.offer.pricing.state == .unknown && (provider == nil || offer.provider.slug == provider)
    }
    let shown = page.slice(offers)
    return object { json in
      json.member("count", offers.count)
      json.name("models")
      json.array { json in
        for offer in shown {
          json.object { json in
            json.member("id", offer.offer.id)
            json.member("source_gateway", offer.provider.slug.text)
            json.member("reason", offer.offer.pricing.note ?? "the source gives no price")
            json.member("raw", offer.offer.pricing.raw)
          }
        }
      }
      page.write(total: offers.count, returned: shown.count, version: snapshot.version, to: &json)
    }
  }

  private func writePriceStates(_ counts: CatalogStatistics.Counts, to json: inout JSONWriter) {
    StatisticsEncoding.writePriceStates(counts, to: &json)
  }
}
