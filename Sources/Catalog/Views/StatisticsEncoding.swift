/// The JSON of catalog statistics, the same over HTTP and on the command line.
public enum StatisticsEncoding {
  /// Writes the members of one statistics object.
  public static func writeMembers(of snapshot: CatalogSnapshot, to json: inout JSONWriter) {
    let statistics = snapshot.statistics
    json.member("total_models", statistics.totals.total)
    json.member("total_providers", statistics.byProvider.count)
    json.member("unique_models", statistics.uniqueModels)
    json.member("models_with_several_providers", statistics.modelsWithSeveralProviders)
    json.member("catalog_version", snapshot.version)
    json.member("last_change", snapshot.lastChange)
    json.member("last_observed", statistics.lastObserved)
    writePriceStates(statistics.totals, to: &json)
    json.name("models_by_provider")
    json.object { json in
      for (provider, counts) in statistics.byProvider {
        json.name(dynamic: provider.slug.text)
        json.value(counts.total)
      }
    }
    writeCounts("models_by_input_modality", statistics.byInputModality, to: &json)
    writeCounts("models_by_output_modality", statistics.byOutputModality, to: &json)
    writeCounts("models_by_capability", statistics.byCapability, to: &json)
    writeCounts("models_by_status", statistics.byStatus, to: &json)
    writeContexts(statistics, to: &json)
    json.name("collisions")
    json.array { json in
      for collision in statistics.collisions {
        json.object { json in
          json.member("provider", collision.provider.text)
          json.member("canonical_id", collision.key.text)
          json.member("ids", collision.offers)
        }
      }
    }
  }

  /// Writes how many offers are priced, free, dynamic, unknown and not priced by tokens.
  public static func writePriceStates(_ counts: CatalogStatistics.Counts, to json: inout JSONWriter) {
    json.name("models_by_price_state")
    json.object { json in
      for state in PriceState.allCases {
        json.name(dynamic: state.rawValue)
        json.value(counts.byPriceState[state] ?? 0)
      }
    }
  }

  private static func writeContexts(_ statistics: CatalogStatistics, to json: inout JSONWriter) {
    json.name("context_distribution")
    json.object { json in
      for (bound, count) in zip(CatalogStatistics.contextBounds, statistics.contextDistribution) {
        json.name(dynamic: "up_to_\(bound)")
        json.value(count)
      }
      json.name("larger")
      json.value(statistics.contextDistribution.last ?? 0)
      json.member("unknown", statistics.contextUnknown)
    }
  }

  private static func writeCounts<Key: RawRepresentable & CaseIterable & Hashable>(
    _ name: StaticString, _ counts: [Key: Int], to json: inout JSONWriter
  ) where Key.RawValue == String {
    json.name(name)
    json.object { json in
      for key in Key.allCases {
        guard let count = counts[key] else { continue }
        json.name(dynamic: key.rawValue)
        json.value(count)
      }
    }
  }
}
