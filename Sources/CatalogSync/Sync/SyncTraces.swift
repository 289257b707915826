import Catalog
import TieredCaching
import Tracing

extension SyncResult {
  /// Writes how the sync of a provider went into its span.
  func describe(on span: any Span) {
    span.updateAttributes { attributes in
      attributes["catalog.provider"] = provider
      attributes["sync.outcome"] = outcome.rawValue
      attributes["catalog.rows"] = offers
      attributes["sync.added"] = added
      attributes["sync.removed"] = removed
      attributes["sync.changed"] = changed
      attributes["sync.held"] = held
      if let errorKind { attributes["error.type"] = errorKind }
    }
    if outcome == .failed { span.setStatus(SpanStatus(code: .error)) }
  }
}

extension ImportReport {
  /// Writes what an import did into its span.
  func describe(offers: Int, on span: any Span) {
    span.updateAttributes { attributes in
      attributes["catalog.rows"] = offers
      attributes["catalog.version"] = manifest.version
      attributes["sync.added"] = total(\.added)
      attributes["sync.removed"] = total(\.removed)
      attributes["sync.changed"] = total(\.changed)
    }
  }
}

extension SyncJob {
  /// Writes what a job is and how it went into its span.
  func describe(on span: any Span) {
    span.updateAttributes { attributes in
      attributes["sync.job"] = id
      attributes["sync.trigger"] = trigger.rawValue
      attributes["sync.dry_run"] = dryRun
      attributes["sync.providers"] = providers.count
      attributes["sync.failed"] = count(.failed)
    }
  }
}
