"""The providers, one module each, behind the `Gateway` of `hub.sms.gateways.base`."""
