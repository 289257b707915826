import CatalogSync
import Configuration

/// What is configured about notifications of changes.
struct WebhookSettings {
  /// Who is told.
  let receivers: [WebhookReceiver]
  /// What messages are signed with; there is one wherever there are receivers.
  let secret: WebhookSecret?

  static let variables = [
    Settings.Variable(
      name: "MODEL_WEBHOOK_URLS", defaultValue: "not set",
      meaning: "addresses that a server tells of every change, comma-separated; https, or http on this machine. "
        + "Only their hosts are ever shown"),
    Settings.Variable(
      name: "MODEL_WEBHOOK_SECRET", defaultValue: "not set",
      meaning: "what those messages are signed with: at least 24 characters, or whsec_ and base64"),
  ]

  /// Reads the settings.
  ///
  /// - Throws: ``SettingsError``, which repeats neither an address nor the secret.
  init(_ reader: ConfigReader) throws(SettingsError) {
    let urls = reader.string(forKey: "model.webhook.urls", isSecret: true) ?? ""
    let text = reader.string(forKey: "model.webhook.secret", isSecret: true) ?? ""
    do {
      receivers = try WebhookReceiver.list(urls)
    } catch {
      throw SettingsError(name: "MODEL_WEBHOOK_URLS", reason: error.description)
    }
    do {
      secret = text.isEmpty ? nil : try WebhookSecret(text)
    } catch {
      throw SettingsError(name: "MODEL_WEBHOOK_SECRET", reason: error.description)
    }
    guard receivers.isEmpty || secret != nil else {
      throw SettingsError(
        name: "MODEL_WEBHOOK_SECRET",
        reason: "is needed with MODEL_WEBHOOK_URLS, as every message is signed; \"openssl rand -hex 32\" makes one")
    }
  }

  /// The values by variable, for people.
  var described: [(variable: Settings.Variable, value: String)] {
    let hosts = receivers.map(\.host).joined(separator: ", ")
    let values = [receivers.isEmpty ? "not set" : hosts, secret == nil ? "not set" : "set, not shown"]
    return zip(Self.variables, values).map { (variable: $0, value: $1) }
  }
}
