"""Who carries a message: SMS by the providers the settings name, letters by the mail server of EMAIL_URL."""
